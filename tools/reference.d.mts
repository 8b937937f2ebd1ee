export const root: string;
export function referencePages(): Promise<ReadonlyMap<string, string>>;
export function unexplainedCodes(): readonly string[];
export function committedPage(path: string): string | undefined;
export function writePages(pages: ReadonlyMap<string, string>): readonly string[];
