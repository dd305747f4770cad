// `npm run demo`: builds the packages, then plays. The options are read first, so that a wrong one costs no build.
import { Command, Option } from 'commander';
import { buildPackages } from './build.js';
import { runCommand } from './run-command.js';

const options = new Command('npm run demo --')
  .description("A learner's whole journey through the five packages, on real databases.")
  .option('--json', 'what happened, as JSON; `npm run --silent demo -- --json` prints nothing else', false)
  .addOption(
    new Option('--size <size>', 'how much example data; large takes minutes')
      .choices(['small', 'medium', 'large'])
      .default('small'),
  )
  .showHelpAfterError('(npm run demo -- --help shows how it is used)')
  .parse()
  .opts<{ json: boolean; size: string }>();

await runCommand(async (interrupted) => {
  await buildPackages(interrupted);
  // Only now can the packages be loaded.
  const { playDemo } = await import('./demo.js');
  await playDemo(options, interrupted);
});
