// Runs on whatever Node the machine has: says in one line what is missing where `npm ci` could not bring its own Node.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `meridian: expected Node 22.18 or newer, got ${process.versions.node}: run \`npm ci\` without --ignore-scripts, it brings Node 24`,
  );
  process.exit(3);
}
