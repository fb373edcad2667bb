import { Button } from '@mantine/core';

interface Props {
  /** A query of pages, newest first. */
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** What is listed: "imports". */
  what: string;
  className: string | undefined;
}

/** The way to the next page of a list that is read on demand; nothing at its end. */
export function ShowOlder({ pages, what, className }: Props) {
  if (!pages.hasNextPage) return null;
  return (
    <div className={className}>
      <Button
        variant="subtle"
        loading={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      >
        Show older {what}
      </Button>
    </div>
  );
}
