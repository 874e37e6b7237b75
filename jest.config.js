/** Unit tests only: the real lab is test/e2e, run by `npm run e2e`. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
  transform: { "^.+\\.ts$": ["ts-jest", { isolatedModules: true, diagnostics: false, tsconfig: { target: "es2022", module: "commonjs", esModuleInterop: true, resolveJsonModule: true } }] },
};
