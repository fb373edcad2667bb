import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem';

/** Only passing faults are worth a second try; the server says which those are by status. */
const passing = (error: Error) =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 503) &&
  error.code !== 'bad_answer';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && passing(error),
      refetchOnWindowFocus: true,
    },
  },
});
