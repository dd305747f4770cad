import { packageBuild } from '@codezest/presets/tsup';

export default packageBuild({
  index: 'src/index.ts',
  enums: 'src/enums.ts',
  testing: 'src/testing.ts',
  migrations: 'src/migrations.ts',
  cli: 'src/cli.ts',
});
