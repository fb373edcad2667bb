import { Button, Skeleton, TextInput } from '@mantine/core';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { type Contract, operations } from './contract';
import classes from './docs.module.css';
import { OperationCard } from './OperationCard';
import { Prose } from './Prose';
import { SchemaList } from './SchemaList';

async function loadContract(): Promise<Contract> {
  const response = await fetch('/openapi.json', { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`The description of the API answered ${response.status}.`);
  return (await response.json()) as Contract;
}

export function Component() {
  const { data, error, refetch } = useQuery({
    queryKey: ['openapi'],
    queryFn: loadContract,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <PageHeader
        title="API"
        description="Everything this portal does goes through these operations."
        actions={
          <Button
            component="a"
            href="/openapi.json"
            download="openapi.json"
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            OpenAPI 3.1
          </Button>
        }
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Documentation contract={data} />
      ) : (
        <Skeleton height={400} />
      )}
    </>
  );
}

function Documentation({ contract }: { contract: Contract }) {
  const [text, setText] = useState('');
  const all = useMemo(() => operations(contract), [contract]);
  const wanted = text.trim().toLowerCase();
  const found = all.filter((item) =>
    `${item.method} ${item.path} ${item.summary} ${item.id}`.toLowerCase().includes(wanted),
  );
  const tags = [...new Set(found.map((item) => item.tag))];
  const about = (tag: string) => contract.tags?.find((item) => item.name === tag)?.description;
  return (
    <div className={classes.columns}>
      <nav className={classes.contents} aria-label="Operations">
        <TextInput
          size="xs"
          leftSection={<IconSearch size={14} />}
          placeholder="Find an operation"
          aria-label="Find an operation"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {tags.map((tag) => (
          <div key={tag}>
            <div className={classes.tag}>{tag}</div>
            <ul>
              {found
                .filter((item) => item.tag === tag)
                .map((item) => (
                  <li key={item.id}>
                    <a href={`#${item.id}`} className={classes.contentsLink}>
                      <span className={classes.method} data-method={item.method}>
                        {item.method}
                      </span>
                      <span className="truncate" title={item.path}>
                        {item.path.replace('/api', '') || '/'}
                      </span>
                    </a>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={classes.content}>
        {wanted === '' && <Prose text={contract.info.description ?? ''} />}
        {found.length === 0 && <EmptyState compact title="No operation has this text" />}
        {tags.map((tag) => (
          <section key={tag} aria-label={tag}>
            <h2 className={classes.tagTitle}>{tag}</h2>
            {about(tag) && <p className={classes.dimmed}>{about(tag)}</p>}
            {found
              .filter((item) => item.tag === tag)
              .map((item) => (
                <OperationCard key={item.id} operation={item} />
              ))}
          </section>
        ))}
        {wanted === '' && <SchemaList contract={contract} />}
      </div>
    </div>
  );
}
