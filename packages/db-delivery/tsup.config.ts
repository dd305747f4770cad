import { packageBuild } from '@codezest/presets/tsup';

export default packageBuild({ index: 'src/index.ts', cli: 'src/cli.ts' });
