import { defineConfig } from 'vite';

export default defineConfig({
  root: 'source',
  base: '/graphiql/',
  build: { outDir: '../graphiql', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  worker: { format: 'es' },
});
