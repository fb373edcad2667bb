import { Drawer } from '@mantine/core';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { Navigation } from './Navigation';
import classes from './Shell.module.css';

interface Props {
  onClose: () => void;
  onPalette: () => void;
}

export default function MobileMenu({ onClose, onPalette }: Props) {
  useFocusBack();
  return (
    <Drawer
      opened
      onClose={onClose}
      size={260}
      padding={0}
      title="Menu"
      classNames={{ header: classes.drawerHeader }}
    >
      <Navigation onPalette={onPalette} />
    </Drawer>
  );
}
