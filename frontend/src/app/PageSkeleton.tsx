import { Skeleton, VisuallyHidden } from '@mantine/core';

export function PageSkeleton() {
  return (
    <div aria-busy="true">
      <VisuallyHidden>Loading the page</VisuallyHidden>
      <Skeleton height={28} width={220} mb={24} />
      <Skeleton height={120} mb={16} />
      <Skeleton height={280} />
    </div>
  );
}
