// Enums alone: no client, no driver, usable in a browser.
export * from '../generated/enums.js';
