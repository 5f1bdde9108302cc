import type { Json } from '../../../src/kernel/index.js';

/** A sentence as somebody might say it, and what it means. */
export interface Gold {
  readonly words: string;
  /** Name of the template; null: there is none that does this. */
  readonly template: string | null;
  /** Values that the words give. */
  readonly slots: Readonly<Record<string, Json>>;
}

const says = (template: string | null, words: string, slots: Readonly<Record<string, Json>> = {}): Gold => ({
  ...{ words, template, slots },
});

const CHECK = 'Check a Web Address';
const LIST = 'Process a List';
const REPEAT = 'Repeat with a Pause';
const ASK = 'Ask Before Going On';
const BOOK = 'Book and Undo';
const RUN = 'Run Another Workflow';
const FEATURE = 'Feature Development';
const BUG = 'Bug Fix';
const REFACTOR = 'Code Refactoring';
const REPORT = 'Nightly Report';
const BACKUP = 'Back Up a Folder';
const DOWNLOAD = 'Download a File';
const CSV = 'Load a CSV into a Table';
const INVOICE = 'Send an Invoice';
const SUMMARY = 'Summarise a Page';
const WELCOME = 'Welcome a Colleague';
const CLEAN = 'Delete Old Files';
const OUTAGE = 'Outage Notice';
const TRANSLATE = 'Translate a Text';
const RELEASE = 'Release a Version';
const PRICE = 'Watch a Price';

/** These may be looked at while the matcher is made better. */
export const TUNED: readonly Gold[] = [
  says(CHECK, 'Check whether https://shop.example/health answers', { url: 'https://shop.example/health' }),
  says(CHECK, 'Is the web page https://example.org up? It should answer with status 204, try it 5 times.', {
    ...{ url: 'https://example.org', expected_status: 204 },
  }),
  says(CHECK, 'ping http://10.1.2.3:8080/ready with 7 attempts', { url: 'http://10.1.2.3:8080/ready', attempts: 7 }),
  says(LIST, 'Go through the list "oslo", "bergen" and "narvik", 2 items at the same time', {
    ...{ items: ['oslo', 'bergen', 'narvik'], concurrency: 2 },
  }),
  says(LIST, 'process each of these items: apples, pears, plums', { items: ['apples', 'pears', 'plums'] }),
  says(REPEAT, 'say "are we there yet" again and again, 12 times with a pause of 5 minutes', {
    ...{ message: 'are we there yet', times: 12, pause: 300 },
  }),
  says(REPEAT, 'Repeat something 4 times and wait 30 seconds between', { times: 4, pause: 30 }),
  says(ASK, 'Ask ops@example.com "Shall we go live?" before going on, within 2 days', {
    ...{ question: 'Shall we go live?', approvers: ['ops@example.com'], hours: 48 },
  }),
  says(ASK, 'wait for somebody to approve: "Delete the old bucket?"', { question: 'Delete the old bucket?' }),
  says(BOOK, 'Book a trip for "Grace", and undo the hotel if the flight fails', { traveller: 'Grace' }),
  says(BOOK, 'a saga: bookings that are cancelled again when a later one fails'),
  says(RUN, 'Run the workflow "monthly-close" and wait for its end', { workflow: 'monthly-close' }),
  says(RUN, 'start another workflow called billing with input {"month": "2026-10"}', {
    ...{ workflow: 'billing', input: { month: '2026-10' } },
  }),
  says(FEATURE, 'Develop a new feature called "dark mode" with test coverage of 90 percent', {
    ...{ feature_name: 'dark mode', test_coverage: 90 },
  }),
  says(FEATURE, 'build a feature: design it, agree on it, write the code, test and review it'),
  says(BUG, 'Fix the bug "login page crashes on Safari", priority critical', {
    ...{ bug_report: 'login page crashes on Safari', priority: 'critical' },
  }),
  says(BUG, 'find the cause of a bug and mend it, try at most 5 fixes', { fix_attempts: 5 }),
  says(REFACTOR, 'Refactor the code in src/billing/invoice.ts without changing what it does', {
    code_location: 'src/billing/invoice.ts',
  }),
  says(REFACTOR, 'clean up the code of ./lib/parser, the public API may change: preserve_api=false', {
    ...{ code_location: './lib/parser', preserve_api: false },
  }),
  says(
    REPORT,
    'Every night get the figures from https://data.example/day and mail them to ann@example.com and bob@example.com',
    {
      ...{ source: 'https://data.example/day', recipients: ['ann@example.com', 'bob@example.com'] },
    },
  ),
  says(REPORT, 'a nightly report with the subject "Sales" for boss@example.com', {
    ...{ subject: 'Sales', recipients: ['boss@example.com'] },
  }),
  says(BACKUP, 'Back up the folder /srv/photos to /mnt/backup/photos and keep copies for 30 days', {
    ...{ folder: '/srv/photos', destination: '/mnt/backup/photos', keep_days: 30 },
  }),
  says(BACKUP, 'make a backup of /home/ada', { folder: '/home/ada' }),
  says(DOWNLOAD, 'Download https://example.org/data.zip to /tmp/data.zip', {
    ...{ url: 'https://example.org/data.zip', path: '/tmp/data.zip' },
  }),
  says(CSV, 'Load /data/orders.csv into the table orders, 1000 rows per statement', {
    ...{ path: '/data/orders.csv', table: 'orders', batch_size: 1000 },
  }),
  says(CSV, 'import a csv file into the database'),
  says(INVOICE, 'Send an invoice over 1200.50 USD to kim@example.net, due 2026-12-24', {
    ...{ customer_email: 'kim@example.net', amount: 1200.5, currency: 'USD', due: '2026-12-24' },
  }),
  says(INVOICE, 'bill the customer pat@example.com: amount 80 EUR', {
    ...{ customer_email: 'pat@example.com', amount: 80, currency: 'EUR' },
  }),
  says(SUMMARY, 'Summarise https://news.example/today in 80 words of German', {
    ...{ page: 'https://news.example/today', words: 80, language: 'German' },
  }),
  says(SUMMARY, 'write me a summary of the page https://blog.example/post-1', { page: 'https://blog.example/post-1' }),
  says(WELCOME, 'Onboard a colleague named "Lin Chen", lin@example.com, who starts as designer on 2027-01-04', {
    ...{ name: 'Lin Chen', email: 'lin@example.com', role: 'designer', start: '2027-01-04' },
  }),
  says(CLEAN, 'Delete files in /var/tmp/reports that are older than 90 days', {
    ...{ folder: '/var/tmp/reports', older_than_days: 90 },
  }),
  says(OUTAGE, 'Tell oncall@example.com that there is a major outage of "checkout"', {
    ...{ recipients: ['oncall@example.com'], severity: 'major', service: 'checkout' },
  }),
  says(TRANSLATE, 'Translate "good morning" into Japanese', { text: 'good morning', language: 'Japanese' }),
  says(RELEASE, 'Release version 2.4.1 to production once rel@example.com has agreed', {
    ...{ version: '2.4.1', environment: 'production', approvers: ['rel@example.com'] },
  }),
  says(PRICE, 'Watch the price of https://shop.example/bike and say when it is below 499.90, look every 15 minutes', {
    ...{ article: 'https://shop.example/bike', below: 499.9, every: 15 },
  }),
  says(null, 'Bake a chocolate cake'),
  says(null, 'train a neural network on pictures of cats'),
  says(null, 'what is the weather like in Rome'),
  says(null, 'asdf qwer zxcv'),
  says(null, 'mine some bitcoin overnight on the build servers'),
];

/** These were set aside: nothing was changed because of them. */
export const HELD: readonly Gold[] = [
  says(CHECK, 'see if our site www.example.com is still there', { url: 'http://www.example.com' }),
  says(CHECK, 'I want to know if https://api.example.net/v2/status returns 200 (expected status 200, 2 attempts)', {
    ...{ url: 'https://api.example.net/v2/status', expected_status: 200, attempts: 2 },
  }),
  says(CHECK, 'monitor the health of http://localhost:3000', { url: 'http://localhost:3000' }),
  says(LIST, 'for every item of ["a1", "b2", "c3"] do the same, concurrency 3', {
    ...{ items: ['a1', 'b2', 'c3'], concurrency: 3 },
  }),
  says(LIST, 'handle a list of things in parallel, 10 at a time', { concurrency: 10 }),
  says(REPEAT, 'do it over and over: 20 times, pause 1.5 s', { times: 20, pause: 1.5 }),
  says(REPEAT, 'a loop with the message "tick" that rests two minutes between rounds', { message: 'tick', pause: 120 }),
  says(ASK, 'get a yes or no from lead@example.com to the question "Merge it?" in 8 hours', {
    ...{ approvers: ['lead@example.com'], question: 'Merge it?', hours: 8 },
  }),
  says(ASK, 'human approval with two ways to go on'),
  says(BOOK, 'reserve hotel and flight for traveller "Alan" with compensation', { traveller: 'Alan' }),
  says(RUN, 'call the workflow named "nightly-etl" as a sub-workflow', { workflow: 'nightly-etl' }),
  says(FEATURE, 'we need a new feature named "export to PDF"', { feature_name: 'export to PDF' }),
  says(BUG, 'there is a bug: "totals are wrong", low priority, please fix', {
    ...{ bug_report: 'totals are wrong', priority: 'low' },
  }),
  says(BUG, 'repair a defect in the software'),
  says(REFACTOR, 'improve the quality of the code at plugins/http/src without changing behaviour', {
    code_location: 'plugins/http/src',
  }),
  says(REPORT, 'mail the daily figures of https://stats.example/api to team@example.org', {
    ...{ source: 'https://stats.example/api', recipients: ['team@example.org'] },
  }),
  says(BACKUP, 'copy all files from /etc/nginx to the folder /backup/nginx', {
    ...{ folder: '/etc/nginx', destination: '/backup/nginx' },
  }),
  says(DOWNLOAD, 'fetch the file at https://cdn.example/app.tar.gz and put it into /opt/app.tar.gz', {
    ...{ url: 'https://cdn.example/app.tar.gz', path: '/opt/app.tar.gz' },
  }),
  says(CSV, 'insert the rows of customers.csv into table customers', { path: 'customers.csv', table: 'customers' }),
  says(INVOICE, 'an invoice for joe@example.com: 19.99 GBP, to be paid by 1 February 2027', {
    ...{ customer_email: 'joe@example.com', amount: 19.99, currency: 'GBP', due: '2027-02-01' },
  }),
  says(SUMMARY, 'sum up the web page https://wiki.example/Bees in French, 200 words', {
    ...{ page: 'https://wiki.example/Bees', language: 'French', words: 200 },
  }),
  says(WELCOME, 'prepare the first day of our new sales colleague "Sam Okoro" (sam@example.com)', {
    ...{ role: 'sales', name: 'Sam Okoro', email: 'sam@example.com' },
  }),
  says(CLEAN, 'remove old logs: everything in /var/log/app older than 2 weeks', {
    ...{ folder: '/var/log/app', older_than_days: 14 },
  }),
  says(OUTAGE, 'critical incident: the service "payments" is down, notify cto@example.com and sre@example.com', {
    ...{ severity: 'critical', service: 'payments', recipients: ['cto@example.com', 'sre@example.com'] },
  }),
  says(TRANSLATE, 'I need "thank you very much" in Spanish, please translate', {
    ...{ text: 'thank you very much', language: 'Spanish' },
  }),
  says(RELEASE, 'roll out 10.0.3 on staging', { version: '10.0.3', environment: 'staging' }),
  says(PRICE, 'tell me when https://store.example/laptop costs less: price below 900, every 2 hours', {
    ...{ article: 'https://store.example/laptop', below: 900, every: 120 },
  }),
  says(null, 'compose a symphony in D minor'),
  says(null, 'book me a table at a restaurant and call a taxi'),
  says(null, 'solve the travelling salesman problem'),
  says(null, 'lorem ipsum dolor sit amet'),
];
