/** Stryker's runner for Jest, which tries the mutants of a sample only; of the others it answers at once, as of errors. */
import { readFileSync } from 'node:fs';
import type { PluginContext } from '@stryker-mutator/api/plugin';
import { commonTokens, declareFactoryPlugin, type Injector, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { MutantRunStatus, type TestRunner } from '@stryker-mutator/api/test-runner';
import { strykerPlugins as jestPlugins } from '@stryker-mutator/jest-runner';
import { mutantName } from './mutant-name.ts';

function sampledJest(injector: Injector<PluginContext>): TestRunner {
  const [jest] = jestPlugins;
  if (jest === undefined) throw new Error('expected the plugin of Jest, came none');
  const list = process.env['SAMPLE'];
  if (list === undefined) throw new Error('expected the file of the sample in SAMPLE, came nothing');
  const sample = new Set<string>(JSON.parse(readFileSync(list, 'utf8')));
  const runner: TestRunner = injector.injectFunction(jest.factory);
  return {
    capabilities: () => runner.capabilities(),
    init: async () => runner.init?.(),
    dryRun: (options) => runner.dryRun(options),
    mutantRun: async (options) => {
      const { fileName, location, mutatorName, replacement } = options.activeMutant;
      return sample.has(mutantName(fileName, location, mutatorName, replacement))
        ? runner.mutantRun(options)
        : { status: MutantRunStatus.Error, errorMessage: 'not in the sample' };
    },
    dispose: async () => runner.dispose?.(),
  };
}
sampledJest.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'sampled-jest', sampledJest)];
