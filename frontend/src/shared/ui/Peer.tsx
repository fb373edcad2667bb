import { IconBox, IconServer2, IconWorld } from '@tabler/icons-react';
import { type PeerView, peerTitle } from '@/shared/lib/peers';
import classes from './Peer.module.css';

const ICONS = { outside: IconWorld, pod: IconBox, unknown: IconBox } as const;

/** One end of a connection: namespace quietly before the name, an icon for what kind it is. */
export function Peer({ peer }: { peer: PeerView }) {
  const Icon = ICONS[peer.class as keyof typeof ICONS] ?? IconServer2;
  const title = peer.detail ? `${peerTitle(peer)} (${peer.detail})` : peerTitle(peer);
  return (
    <span className={classes.peer} title={title}>
      <Icon size={14} stroke={1.6} aria-hidden className={classes.icon} />
      <span className={classes.text}>
        {peer.namespace && <span className={classes.namespace}>{peer.namespace}/</span>}
        {peer.name}
      </span>
    </span>
  );
}
