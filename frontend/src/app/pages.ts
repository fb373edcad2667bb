import {
  IconApi,
  IconArrowsExchange,
  IconFileImport,
  IconFlask,
  IconHistory,
  IconLayoutDashboard,
  IconShieldCheck,
  IconTopologyStar3,
  type TablerIcon,
} from '@tabler/icons-react';

export interface PageLink {
  path: string;
  label: string;
  hint: string;
  icon: TablerIcon;
}

/** The menu and the command palette, in order. */
export const PAGE_GROUPS: { label: string; pages: PageLink[] }[] = [
  {
    label: 'Observe',
    pages: [
      {
        path: '/',
        label: 'Dashboard',
        hint: 'Totals and recent activity',
        icon: IconLayoutDashboard,
      },
      {
        path: '/traffic',
        label: 'Traffic',
        hint: 'Flows and connections',
        icon: IconArrowsExchange,
      },
      {
        path: '/map',
        label: 'Service map',
        hint: 'Who talks to whom, as a picture',
        icon: IconTopologyStar3,
      },
      { path: '/import', label: 'Import', hint: 'Add recorded flows', icon: IconFileImport },
    ],
  },
  {
    label: 'Policies',
    pages: [
      {
        path: '/policies',
        label: 'Policies',
        hint: 'Read and edit policies',
        icon: IconShieldCheck,
      },
      { path: '/history', label: 'History', hint: 'Versions and differences', icon: IconHistory },
      {
        path: '/simulation',
        label: 'Simulation',
        hint: 'Replay traffic through policies',
        icon: IconFlask,
      },
    ],
  },
  {
    label: 'Automate',
    pages: [
      { path: '/api-docs', label: 'API', hint: 'Every operation of the REST API', icon: IconApi },
    ],
  },
];

export const PAGES = PAGE_GROUPS.flatMap((group) => group.pages);
