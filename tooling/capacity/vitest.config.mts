export { default } from '@codezest/presets/vitest';
