/** Real labs on this machine; compiled by `npm run build`, run one after another. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/dist/test/e2e/**/*.test.js"],
  testTimeout: 15 * 60 * 1000,
  verbose: true,
};
