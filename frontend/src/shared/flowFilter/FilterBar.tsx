import { ActionIcon, Button, Combobox, Menu, Pill, PillsInput, useCombobox } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { facets as facetsQuery } from '@/api/queries/flows';
import type { FlowFilter } from '@/api/types';
import { formatCompact } from '@/shared/lib/format';
import { verdictLabel } from '@/shared/ui/Verdict';
import { isEmptyFilter } from './codec';
import classes from './FilterBar.module.css';
import { NamespaceSelect } from './NamespaceSelect';
import { TimeRange } from './TimeRange';
import {
  addTerm,
  removeTerm,
  type Side,
  SUBJECTS,
  type Suggestion,
  suggest,
  type Term,
  termLabel,
  termsOf,
} from './terms';

interface Props {
  filter: FlowFilter;
  onChange: (filter: FlowFilter) => void;
}

/** One box for every condition, with what was seen as suggestions; namespace and time beside it. */
export function FilterBar({ filter, onChange }: Props) {
  return (
    <search className={classes.bar} aria-label="Filter">
      <NamespaceSelect filter={filter} onChange={onChange} />
      <TermInput filter={filter} onChange={onChange} />
      <TimeRange filter={filter} onChange={onChange} />
      {!isEmptyFilter(filter) && (
        <Button variant="subtle" color="gray" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </search>
  );
}

function TermInput({ filter, onChange }: Props) {
  const [text, setText] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { data } = useQuery({ ...facetsQuery(filter), enabled: combobox.dropdownOpened });
  const terms = termsOf(filter).filter((term) => !isNamespaceChoice(term));
  const suggestions = suggest(text, data, filter);

  const add = (suggestion: Suggestion | undefined) => {
    if (!suggestion) return;
    onChange(addTerm(filter, suggestion));
    setText('');
    combobox.updateSelectedOptionIndex('active');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = terms.at(-1);
    if (event.key === 'Backspace' && text === '' && last) {
      event.preventDefault();
      onChange(removeTerm(filter, last));
    }
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(index) => add(suggestions[Number(index)])}
      position="bottom-start"
      width={440}
      // Inside the search landmark, where readers of the page look for it.
      withinPortal={false}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          className={classes.terms}
          leftSection={<IconFilter size={15} aria-hidden />}
          onClick={() => combobox.openDropdown()}
        >
          <Pill.Group>
            {terms.map((term) => (
              <TermPill
                key={`${term.side} ${term.subject} ${term.value}`}
                term={term}
                onRemove={() => onChange(removeTerm(filter, term))}
                onSide={(side) => onChange(addTerm(removeTerm(filter, term), { ...term, side }))}
              />
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label="Add a condition"
                placeholder={terms.length > 0 ? 'and…' : 'Workload, label, port, verdict, path…'}
                value={text}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => combobox.closeDropdown()}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  combobox.openDropdown();
                  combobox.selectFirstOption();
                }}
                onKeyDown={onKeyDown}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={suggestions.length === 0}>
        <Combobox.Options mah={340} style={{ overflowY: 'auto' }} aria-label="Conditions">
          {grouped(suggestions).map(([label, group]) => (
            <Combobox.Group key={label} label={label}>
              {group.map(({ suggestion, index }) => (
                <Combobox.Option key={index} value={String(index)}>
                  <span className={classes.option}>
                    <span className="truncate">{optionText(suggestion)}</span>
                    {suggestion.count !== undefined && (
                      <span className={classes.count}>{formatCompact(suggestion.count)}</span>
                    )}
                  </span>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
        </Combobox.Options>
        <Combobox.Footer className={classes.footer}>
          Start with <code>from:</code> or <code>to:</code> for one side only.
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** The select beside the box shows these. */
const isNamespaceChoice = (term: Term) => term.subject === 'namespace' && term.side === 'either';

const optionText = ({ subject, side, value }: Suggestion) => {
  const shown = subject === 'verdict' ? verdictLabel(value) : value;
  return side === 'either' ? shown : `${side === 'source' ? 'from' : 'to'} ${shown}`;
};

function grouped(suggestions: Suggestion[]) {
  const groups = new Map<string, { suggestion: Suggestion; index: number }[]>();
  suggestions.forEach((suggestion, index) => {
    const label = SUBJECTS[suggestion.subject].label;
    const group = groups.get(label) ?? [];
    group.push({ suggestion, index });
    groups.set(label, group);
  });
  return [...groups];
}

interface TermPillProps {
  term: Term;
  onRemove: () => void;
  onSide: (side: Side) => void;
}

const SIDES: [Side, string][] = [
  ['either', 'On either side'],
  ['source', 'On the source only'],
  ['destination', 'On the destination only'],
];

function TermPill({ term, onRemove, onSide }: TermPillProps) {
  const label = termLabel(term);
  return (
    <span className={classes.pill}>
      {SUBJECTS[term.subject].sided ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <button
              type="button"
              className={classes.pillText}
              aria-label={`${label}, choose a side`}
            >
              {label}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {SIDES.map(([side, text]) => (
              <Menu.Item key={side} onClick={() => onSide(side)} disabled={side === term.side}>
                {text}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className={classes.pillText}>{label}</span>
      )}
      <ActionIcon size={24} onClick={onRemove} aria-label={`Remove ${label}`}>
        <IconX size={13} />
      </ActionIcon>
    </span>
  );
}
