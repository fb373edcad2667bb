import type { ReactNode } from 'react';
import type { Role } from '@/api/types';
import { useMay } from './useSession';

interface Props {
  needs: Role;
  children: ReactNode;
  /** Instead, for those who may not. */
  otherwise?: ReactNode;
}

/** What only some may do is not offered to others: the server would refuse it. */
export function Permitted({ needs, children, otherwise = null }: Props) {
  return useMay(needs) ? children : otherwise;
}
