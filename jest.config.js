/** Unit tests only: the real lab is test/e2e, run by `npm run e2e`. */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
  transform: {
    "^.+\\.ts$": [
      "ts-jest",
      {
        diagnostics: false,
        tsconfig: {
          isolatedModules: true,
          target: "es2022",
          module: "commonjs",
          esModuleInterop: true,
          resolveJsonModule: true,
        },
      },
    ],
  },
};
