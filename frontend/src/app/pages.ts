import {
  IconApi,
  IconArrowsExchange,
  IconDatabase,
  IconFileImport,
  IconFileText,
  IconFlask,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconShieldCheck,
  IconTopologyStar3,
  type TablerIcon,
} from '@tabler/icons-react';

import type { Role } from '@/api/types';
import { hasRole } from '@/shared/session/useSession';

export interface PageLink {
  path: string;
  label: string;
  hint: string;
  icon: TablerIcon;
  /** The least role that may open it; viewer when left out. */
  needs?: Role;
}

/** The menu and the command palette, in order. */
const PAGE_GROUPS: { label: string; pages: PageLink[] }[] = [
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
      {
        path: '/settings/tokens',
        label: 'API tokens',
        hint: 'For shippers and pipelines',
        icon: IconKey,
      },
    ],
  },
  {
    label: 'Administration',
    pages: [
      {
        path: '/settings/audit',
        label: 'Audit',
        hint: 'Who changed what',
        icon: IconFileText,
        needs: 'admin',
      },
      {
        path: '/settings/storage',
        label: 'Storage',
        hint: 'Disk use and retention',
        icon: IconDatabase,
      },
    ],
  },
];

/** The pages that a role may open, by their groups. */
export const pagesFor = (role: Role) =>
  PAGE_GROUPS.map((group) => ({
    ...group,
    pages: group.pages.filter((page) => hasRole(role, page.needs ?? 'viewer')),
  })).filter((group) => group.pages.length > 0);
