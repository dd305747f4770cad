import preset from '@codezest/presets/vitest';

// Nothing here needs a server.
export default { ...preset, test: { ...preset.test, globalSetup: [] } };
