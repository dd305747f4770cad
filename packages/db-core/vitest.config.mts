import preset from '@codezest/presets/vitest';
import { configDefaults } from 'vitest/config';

// The long tests have a command of their own, `test:migrations-long`.
export default {
  ...preset,
  test: { ...preset.test, exclude: [...configDefaults.exclude, 'test/migrations-long/**'] },
};
