import { PageHeader } from '@/shared/ui/PageHeader';

export function Component() {
  return <PageHeader title="imports/page" />;
}
