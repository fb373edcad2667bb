import { Tooltip } from '@mantine/core';
import { formatDate, formatRelative, formatTime, formatUtc } from '@/shared/lib/format';

interface Props {
  iso: string;
  form?: 'time' | 'date' | 'relative';
}

/** A time as people say it; the exact UTC time on hover. */
export function Time({ iso, form = 'time' }: Props) {
  const text =
    form === 'relative' ? formatRelative(iso) : form === 'date' ? formatDate(iso) : formatTime(iso);
  return (
    <Tooltip label={formatUtc(iso)}>
      <time dateTime={iso} className="numeric">
        {text}
      </time>
    </Tooltip>
  );
}
