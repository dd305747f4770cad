import { enableDiagrams } from './diagrams.js';
import { enableSearch } from './search.js';

enableTheme();
enableSearch();
enableDiagrams();

function enableTheme(): void {
  const button = document.querySelector<HTMLButtonElement>('#theme');
  if (!button) return;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('atlas-theme', theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
