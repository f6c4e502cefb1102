import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows the page of a node that runs beside it.
const node = process.env.CONURB_NODE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1200 },
  server: {
    fs: { allow: ['..'] }, // locale/ lies beside web/
    proxy: Object.fromEntries(['/api', '/tiles', '/report', '/openapi.yaml'].map((path) => [path, node])),
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
