// Runs before the first paint, as a file of its own because the CSP allows no inline script.

// The colour scheme, so that a dark page never flashes white.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('cpa-color-scheme');
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark =
    choice === 'dark' ||
    (choice !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();

// Trusted Types: text without markup may pass (libraries clear elements that way), scripts only
// from our own assets.
if (window.trustedTypes?.createPolicy) {
  window.trustedTypes.createPolicy('default', {
    createHTML: (text) => {
      if (text.includes('<')) throw new TypeError('HTML from text is not allowed');
      return text;
    },
    createScriptURL: (url) => {
      const target = new URL(url, location.href);
      if (target.origin === location.origin && target.pathname.startsWith('/assets/')) return url;
      throw new TypeError(`script URL is not allowed: ${url}`);
    },
  });
}
