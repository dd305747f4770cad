// Before the page is drawn: the theme that was chosen here before. Without a choice the system's holds.
const chosen = localStorage.getItem('atlas-theme');
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
