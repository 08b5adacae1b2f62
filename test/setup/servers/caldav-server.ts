/** What a test knows of a running CalDAV server. */
export type CalDavServerName = 'radicale' | 'xandikos' | 'cyrus';

export interface TestUser {
  readonly username: string;
  readonly password: string;
  /** The calendar home, absolute, with its trailing slash. */
  readonly homeUrl: string;
  readonly principalUrl: string;
}

export interface CalDavServer {
  readonly name: CalDavServerName;
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** The server's folder; where its data lies. */
  readonly folder: string;
  readonly alice: TestUser;
  /** Null where a server knows one user only. */
  readonly bob: TestUser | null;
  /** Whether passwords are checked at all. */
  readonly checksPasswords: boolean;
  /** Whether it sends invitations itself. */
  readonly schedules: boolean;
  stop(): Promise<void>;
}

/** Basic credentials as a header. */
export function basic(user: Pick<TestUser, 'username' | 'password'>): string {
  return `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
}
