import { Permitted } from '@/shared/session/Permitted';
import { ReadOnly } from '@/shared/session/ReadOnly';
import { PageHeader } from '@/shared/ui/PageHeader';
import { SampleButton } from '@/shared/ui/SampleButton';
import { DropZone } from './DropZone';
import { ImportHistory } from './ImportHistory';
import { UploadList } from './UploadList';
import { addFiles } from './uploads';

export function Component() {
  return (
    <>
      <PageHeader
        title="Import"
        description="Add recorded flows. Every event counts once, however often a file is imported."
        actions={
          <Permitted needs="editor">
            <SampleButton />
          </Permitted>
        }
      />
      <Permitted needs="editor" otherwise={<ReadOnly what="Importing flows" needs="editor" />}>
        <DropZone onFiles={addFiles} />
      </Permitted>
      <UploadList />
      <ImportHistory />
    </>
  );
}
