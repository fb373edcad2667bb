import classes from './Verdict.module.css';

type Tone = 'allowed' | 'denied' | 'warning' | 'proxied' | 'neutral';

const VERDICTS: Record<string, { label: string; tone: Tone }> = {
  FORWARDED: { label: 'Forwarded', tone: 'allowed' },
  DROPPED: { label: 'Dropped', tone: 'denied' },
  ERROR: { label: 'Error', tone: 'denied' },
  AUDIT: { label: 'Audit', tone: 'warning' },
  REDIRECTED: { label: 'Redirected', tone: 'proxied' },
  TRACED: { label: 'Traced', tone: 'neutral' },
  TRANSLATED: { label: 'Translated', tone: 'neutral' },
  VERDICT_UNKNOWN: { label: 'Unknown', tone: 'neutral' },
  allowed: { label: 'Allowed', tone: 'allowed' },
  denied: { label: 'Denied', tone: 'denied' },
  unknown: { label: 'Unknown', tone: 'warning' },
  none: { label: 'Not judged', tone: 'neutral' },
};

/** A shape for each kind, so that nothing depends on colour alone. */
function Shape({ tone }: { tone: Tone }) {
  switch (tone) {
    case 'allowed':
      return <circle cx="5" cy="5" r="4" />;
    case 'denied':
      return <path d="M5 .6 9.4 5 5 9.4.6 5z" />;
    case 'warning':
      return <path d="M5 .9 9.6 9H.4z" />;
    case 'proxied':
      return <circle cx="5" cy="5" r="3" fill="none" stroke="currentColor" strokeWidth="2.2" />;
    default:
      return <path d="M1 4h8v2H1z" />;
  }
}

export const verdictLabel = (verdict: string) => VERDICTS[verdict]?.label ?? verdict;

export function Verdict({ verdict, label }: { verdict: string; label?: string }) {
  const known = VERDICTS[verdict] ?? { label: verdict, tone: 'neutral' as const };
  return (
    <span className={classes.verdict} data-tone={known.tone}>
      <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" fill="currentColor">
        <Shape tone={known.tone} />
      </svg>
      {label ?? known.label}
    </span>
  );
}
