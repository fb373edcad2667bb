import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import classes from './DevBanner.module.css';

/** Nobody is asked who they are: that must not be overlooked, nor taken for the way to run this. */
export function DevBanner({ onClose }: { onClose: () => void }) {
  return (
    <div className={classes.banner} role="status">
      <IconAlertOctagon size={18} aria-hidden />
      <span>
        <strong>Development mode.</strong> Nobody signs in here: whoever reaches this address is
        admin.
      </span>
      <Button size="compact-xs" variant="white" color="dark" onClick={onClose}>
        Hide for this session
      </Button>
    </div>
  );
}
