// Walks the page of a real node: the built binary with the region pack inside, a second one
// with the invented area of examples/, and a demonstration of four nodes.
import { defineConfig } from '@playwright/test';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const binary = resolve(process.env.CONURB_BIN ?? join(root, 'conurb'));
if (!existsSync(binary)) throw new Error(`the program is not at ${binary}: run "make conurb", or set CONURB_BIN`);

function chromium(): string {
  const named = process.env.CHROMIUM;
  const found = named ? [named] : ['chromium', 'chromium-browser', 'google-chrome'].flatMap((n) => (process.env.PATH ?? '').split(delimiter).map((p) => join(p, n)));
  const path = found.find(existsSync);
  if (!path) throw new Error('Chromium is missing: apt-get install chromium, or set CHROMIUM=/path/to/chromium');
  return path;
}

/** Whether nobody listens at a port. */
const idle = (port: number) =>
  new Promise<boolean>((answer) => {
    const server = createServer().once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });

/** The first of six ports side by side: another run on this machine must not be in the way. */
async function ports(): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const port = 18080 + 6 * Math.floor(Math.random() * 330);
    if ((await Promise.all([0, 1, 2, 3, 4, 5].map((n) => idle(port + n)))).every(Boolean)) return port;
  }
  throw new Error('no six ports are free: set CONURB_E2E_PORT');
}

// Workers read this file again.
process.env.CONURB_E2E_DATA ??= mkdtempSync(join(tmpdir(), 'page-e2e-'));
process.env.CONURB_E2E_PORT ??= String(await ports());
const data = process.env.CONURB_E2E_DATA;
const port = Number(process.env.CONURB_E2E_PORT);

// The office at the first of its four ports, then Changsha, Zhuzhou and Xiangtan.
process.env.CONURB_E2E_DEMO ??= String(port + 2);

const node = (at: number, folder: string, more = '', ready = at) => ({
  command: `"${binary}" serve --listen 127.0.0.1:${at} --data "${join(data, folder)}" ${more}`,
  url: `http://127.0.0.1:${ready}/healthz`,
  cwd: root,
  timeout: 180_000,
  reuseExistingServer: false,
  gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5000 },
});

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalTeardown: './e2e/teardown.ts',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  retries: 1, // what then passes is listed as flaky
  timeout: 180_000, // generous: machines that test are busy
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-component-update', '--disable-sync', '--disable-quic',
        '--use-angle=swiftshader', '--enable-unsafe-swiftshader', // the map without a graphics card
      ],
    },
  },
  // the last is a demonstration: the office and three cities, at four ports
  webServer: [node(port, 'czt'), node(port + 1, 'two-rivers', '--pack examples/two-rivers'), node(port + 2, 'demo', '--demo')],
});
