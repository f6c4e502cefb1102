import AxeBuilder from '@axe-core/playwright';
import { expect, langs, routes, test, visit } from './walk';

for (const lang of langs) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const route of routes) {
      test(`axe finds nothing on ${route} (${lang}, ${colorScheme})`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await visit(page, route, { lang });
        if (route.startsWith('/targets')) {
          await page.getByRole('button', { name: lang === 'en' ? 'Trace' : '溯源' }).last().click();
          await expect(page.locator('tr.trace pre')).toBeVisible();
        }
        const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect(found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} ${n.failureSummary?.slice(0, 200)}`).join(' | ')}`)).toEqual([]);
      });
    }
  }
}

test('axe finds nothing on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const route of ['/', '/targets/rail-420', '/projects?project=changgan', '/map', '/reach?at=112.9823,28.1938', '/evidence?index=2']) {
    await visit(page, route);
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map((v) => `${route} ${v.id}: ${v.nodes[0]?.target.join(' ')}`)).toEqual([]);
  }
});
