import { createBrowserRouter } from 'react-router';
import { NotFound } from './NotFound';
import { PageSkeleton } from './PageSkeleton';
import { RouteError } from './RouteError';
import { Shell } from './Shell';

/** Every page is a chunk of its own, loaded when it is first opened. */
export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <RouteError bare />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      {
        errorElement: <RouteError />,
        children: [
          { index: true, lazy: () => import('@/features/dashboard/page') },
          { path: 'traffic', lazy: () => import('@/features/traffic/page') },
          { path: 'map', lazy: () => import('@/features/map/page') },
          { path: 'import', lazy: () => import('@/features/imports/page') },
          { path: 'policies', lazy: () => import('@/features/policies/listPage') },
          { path: 'policies/new', lazy: () => import('@/features/policies/newPage') },
          { path: 'policies/:policyId', lazy: () => import('@/features/policies/editorPage') },
          { path: 'history', lazy: () => import('@/features/history/page') },
          { path: 'history/:policyId', lazy: () => import('@/features/history/page') },
          { path: 'simulation', lazy: () => import('@/features/simulation/page') },
          { path: 'settings/tokens', lazy: () => import('@/features/settings/tokensPage') },
          { path: 'settings/audit', lazy: () => import('@/features/settings/auditPage') },
          { path: 'settings/storage', lazy: () => import('@/features/settings/storagePage') },
          { path: 'api-docs', lazy: () => import('@/features/docs/page') },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);
