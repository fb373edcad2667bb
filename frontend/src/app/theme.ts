import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

// The look in one place. tools/gen-theme.mjs writes it to theme-vars.css, so nothing is computed
// in the browser. Contrasts are at least 4.5:1 in both schemes (checked by axe in e2e).

const brand: MantineColorsTuple = [
  '#eef1ff',
  '#dfe5ff',
  '#c0cbff',
  '#9dadff',
  '#7d90fb',
  '#5f73f0',
  '#4a5ce3',
  '#3a49c9',
  '#303ca3',
  '#28327f',
];

const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f5',
  '#e4e7ed',
  '#d3d8e1',
  '#bbc2ce',
  '#949dad',
  '#626c7c',
  '#565f6f',
  '#363e4d',
  '#1a202c',
];

const dark: MantineColorsTuple = [
  '#e3e6ec',
  '#c8cdd6',
  '#a9b1be',
  '#7f8897',
  '#434b5a',
  '#2e3542',
  '#222833',
  '#191e27',
  '#12161d',
  '#0c0f14',
];

const closeLabel = { 'aria-label': 'Close' };

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  colors: { brand, gray, dark },
  black: '#1a202c',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: {
      defaultProps: {
        withArrow: true,
        openDelay: 250,
        events: { hover: true, focus: true, touch: false },
      },
    },
    Modal: {
      defaultProps: { closeButtonProps: closeLabel, centered: true },
      styles: { title: { fontWeight: 650, fontSize: 15 } },
    },
    Drawer: {
      defaultProps: { closeButtonProps: closeLabel },
      styles: { title: { fontWeight: 650, fontSize: 15 } },
    },
    Notification: { defaultProps: { closeButtonProps: closeLabel } },
    Select: { defaultProps: { checkIconPosition: 'right' } },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 'md' } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#565f6f',
    '--mantine-color-placeholder': '#626c7c',
    '--mantine-color-error': '#c0262d',
    '--mantine-color-anchor': '#3a49c9',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1be',
    '--mantine-color-placeholder': '#8b94a3',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-anchor': '#9dadff',
    '--mantine-color-brand-light': '#252d4d',
    '--mantine-color-brand-light-hover': '#2d3760',
    '--mantine-color-brand-light-color': '#c0cbff',
  },
});
