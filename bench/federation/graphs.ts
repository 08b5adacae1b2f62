/** Two small subgraphs and the document that joins them: as many accounts as a page has, each with its employee. */

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

export const accountsSdl = `${link}
  directive @scope(any: [String!]!) on OBJECT | INTERFACE | FIELD_DEFINITION
  type Query { accounts(first: Int!): [CalendarAccount!]! @scope(any: []) }
  type CalendarAccount @key(fields: "id") @scope(any: []) { id: ID! kind: String! timeZone: String! }`;

export const employeesSdl = `${link}
  type Query { staff: Int }
  type CalendarAccount @key(fields: "id") { id: ID! employee: Employee }
  type Employee @key(fields: "number") { number: ID! name: String! team: String! }`;

export const joined = 'query ($first: Int!) { accounts(first: $first) { id kind timeZone employee { name team } } }';

export interface Account {
  readonly id: string;
  readonly kind: string;
  readonly timeZone: string;
}

/** The accounts, from memory. */
export function accounts(first: number): readonly Account[] {
  return Array.from({ length: first }, (_, i) => ({ id: `acc_${i}`, kind: 'USER', timeZone: 'Europe/London' }));
}
