import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumVersion, open, PATIENCE, screens, show, startChromium, violations } from './chromium.js';

let browser: Browser;
beforeAll(async () => {
  if (chromiumVersion !== undefined) browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

const notRun = chromiumVersion === undefined ? ' (not run: Chromium is not installed)' : '';
describe.skipIf(chromiumVersion === undefined)(`in ${chromiumVersion ?? 'Chromium'}${notRun}`, () => {
  test('a field is found by the keyboard alone: its name, an arrow, Enter', async () => {
    const { page, complaints } = await open(browser, 'index.html', screens.desktop);

    await page.keyboard.press('/');
    await page.keyboard.type('stripeCustomerId');
    await page.locator('#found a').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/payments\/models\/\w+\.html#field-stripeCustomerId$/);

    expect(await page.locator('tr:target th').textContent()).toContain('stripeCustomerId');
    expect(complaints).toEqual([]);
  });

  test('a reference leads to the model in another service, from the table and from the diagram', async () => {
    const { page, complaints } = await open(browser, 'learning/models/Certificate.html', screens.desktop);
    await page.locator('#field-userId a.crossing').click();
    await page.waitForURL(/auth\/models\/User\.html$/);
    expect(await page.locator('h1').textContent()).toBe('User');

    const diagram = await open(browser, 'learning/parts/certificate.html', screens.desktop);
    await diagram.page.locator('svg a', { hasText: 'auth: User' }).click();
    await diagram.page.waitForURL(/auth\/models\/User\.html$/);
    expect([...complaints, ...diagram.complaints]).toEqual([]);
  });

  test('a state machine opens from its service, with every state in the picture', async () => {
    const { page, complaints } = await open(browser, 'payments/index.html', screens.phone);
    await page.getByRole('link', { name: 'States of a refund' }).tap();
    await page.waitForURL(/refund_transitions\.html$/);

    const states = await page.locator('svg text').allTextContents();
    expect(states.sort()).toEqual(['CANCELED', 'FAILED', 'PENDING', 'REQUIRES_ACTION', 'SUCCEEDED']);
    expect(complaints).toEqual([]);
  });

  test('a diagram is zoomed and moved by keys, and shows the link that Tab has reached', async () => {
    const { page, complaints } = await open(browser, 'auth/index.html', screens.desktop);
    const view = page.locator('.diagram-view');
    const transform = () => page.locator('.diagram-paper').evaluate((paper) => paper.style.transform);
    await expect.poll(transform, { timeout: PATIENCE }).toMatch(/scale/);

    await view.focus();
    const before = await transform();
    await page.keyboard.press('+');
    await expect.poll(transform, { timeout: PATIENCE }).not.toBe(before);
    const zoomed = await transform();
    await page.keyboard.press('ArrowRight');
    await expect.poll(transform, { timeout: PATIENCE }).not.toBe(zoomed);

    const last = view.locator('svg a').last();
    await last.focus();
    const isVisible = () =>
      last.evaluate((link) => {
        const [box, room] = [
          link.getBoundingClientRect(),
          link.closest('.diagram-view')?.getBoundingClientRect(),
        ];
        return (
          room !== undefined &&
          box.left >= room.left &&
          box.right <= room.right &&
          box.top >= room.top &&
          box.bottom <= room.bottom
        );
      });
    await expect.poll(isVisible, { timeout: PATIENCE }).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('the overview shows references and events, each alone if that is asked', async () => {
    const { page } = await open(browser, 'index.html', screens.desktop);
    const visible = (layer: string) => page.locator(`svg .${layer}:not(.off)`).count();
    expect(await visible('reference')).toBeGreaterThan(20);

    await page.getByRole('checkbox', { name: 'references' }).uncheck();

    expect(await visible('reference')).toBe(0);
    expect(await visible('event')).toBeGreaterThan(10);
  });

  test('the chosen theme holds on the next page', async () => {
    const { page } = await open(browser, 'index.html', { ...screens.desktop, colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();

    await page.locator('#theme').click();
    await page.getByRole('link', { name: 'events', exact: true }).click();
    await page.waitForURL(/events\/index\.html$/);

    expect(await background()).not.toBe(light);
    expect(await page.locator('#theme').getAttribute('aria-pressed')).toBe('true');
  });

  const shared = ['index.html', 'auth/models/User.html', 'payments/states/dispute_transitions.html'];
  const others = [
    'errors/EMAIL_TAKEN.html',
    'events/user.registered.v1.html',
    'auth/functions/createAccount.html',
    'learning/parts/quiz.html',
    'activity/index.html',
    'activity/migrations/20261123000200_partitions.html',
  ];
  test.each([
    ['desktop', 'light', [...shared, ...others]],
    ['desktop', 'dark', shared],
    ['phone', 'light', shared],
  ] as const)(
    'no kind of page breaks a rule of WCAG 2.2 AA or is wider than the screen: %s, %s',
    async (screen, colorScheme, kinds) => {
      const { page, complaints } = await open(browser, 'index.html', { ...screens[screen], colorScheme });
      const found: Record<string, string[]> = {};
      for (const kind of kinds) {
        await show(page, kind);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        const wrong = [...(await violations(page)), ...(overflow > 0 ? [`${overflow} px too wide`] : [])];
        if (wrong.length > 0) found[kind] = wrong;
      }

      expect(complaints).toEqual([]);
      expect(found).toEqual({});
    },
  );
});
