import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSearch, IconSun, type TablerIcon } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useFocusBack } from '@/shared/hooks/useFocusBack';
import { useSession } from '@/shared/session/useSession';
import classes from './CommandPalette.module.css';
import { pagesFor } from './pages';

interface Command {
  label: string;
  hint: string;
  icon: TablerIcon;
  run: () => void;
}

export default function CommandPalette({ onClose }: { onClose: () => void }) {
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size={520}
      padding={0}
      aria-label="Go to"
    >
      <CommandList onClose={onClose} />
    </Modal>
  );
}

function CommandList({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const role = useSession()?.role ?? 'viewer';
  const { setColorScheme } = useMantineColorScheme();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();

  const pages = pagesFor(role).flatMap((group) => group.pages);
  const commands: Command[] = [
    ...pages.map((page) => ({
      label: page.label,
      hint: page.hint,
      icon: page.icon,
      run: () => navigate(page.path),
    })),
    { label: 'Light colours', hint: 'Theme', icon: IconSun, run: () => setColorScheme('light') },
    { label: 'Dark colours', hint: 'Theme', icon: IconMoon, run: () => setColorScheme('dark') },
  ];
  const wanted = text.trim().toLowerCase();
  const found = commands.filter((command) =>
    `${command.label} ${command.hint}`.toLowerCase().includes(wanted),
  );
  const current = Math.min(active, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(current + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(current - 1, 0));
    else if (event.key === 'Enter') run(found[current]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes.input}
        leftSection={<IconSearch size={18} />}
        placeholder="Where do you want to go?"
        aria-label="Search pages and actions"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[current] ? `${listId}-${current}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={listId} aria-label="Pages and actions" className={classes.list}>
        {found.map((command, index) => (
          // Focus stays in the text field: arrows move, Enter runs.
          <div
            key={command.label}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            className={classes.option}
            onMouseMove={() => setActive(index)}
            onClick={() => run(command)}
          >
            <command.icon size={18} stroke={1.7} aria-hidden />
            <span>{command.label}</span>
            <small>{command.hint}</small>
          </div>
        ))}
        {found.length === 0 && <div className={classes.none}>Nothing matches “{text}”.</div>}
      </div>
    </>
  );
}
