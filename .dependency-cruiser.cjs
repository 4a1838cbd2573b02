// Who may import whom; docs/architecture.md explains the arrows.
const arrows = {
  errors: [],
  egress: ["errors"],
  wire: ["errors"],
  plane: ["errors"],
  metrics: ["plane"],
  limits: ["plane", "errors"],
  catalog: ["errors", "plane"],
  secrets: ["errors"],
  drivers: ["wire", "catalog", "errors"],
  connectors: ["drivers/auth", "drivers/shared", "errors"],
  engine: ["wire", "plane", "limits", "errors"],
  gateway: ["engine", "drivers", "catalog", "plane", "wire", "errors"],
  storage: ["plane", "errors"],
  services: ["storage", "secrets", "catalog", "plane", "limits", "drivers", "connectors", "errors"],
  api: ["services", "errors"],
  cli: ["services/config/document", "errors"],
};

// Types that cross a border where the code may not: data shapes owned by one side.
const typesOnly = {
  plane: ["wire/neutral"],
  catalog: ["wire/neutral"],
  drivers: ["secrets/secret", "plane"],
  connectors: ["drivers/driver"],
  engine: ["drivers/driver"],
  services: ["wire/neutral", "engine"],
  api: ["plane", "drivers/driver", "connectors/connector"],
  storage: ["wire/neutral"],
  cli: ["api/schemas"],
};

// Single files: `penstock serve` starts the composition root, and a token that a driver got is wrapped at once.
const files = {
  drivers: ["^src/secrets/secret\\.ts$"],
  cli: ["^src/server\\.ts$"],
};

const isTest = "\\.test\\.ts$";
const layer = (name) => `^src/${name}/`;

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-orphan-test-imports",
      severity: "error",
      from: { pathNot: `${isTest}|^testkit|^bench|^scripts` },
      to: { path: "^(testkit|bench|scripts)/" },
    },
    ...Object.entries(arrows).flatMap(([from, allowed]) => {
      const values = [from, ...allowed].join("|");
      const types = [...[from, ...allowed].map((name) => `${name}/`), ...(typesOnly[from] ?? [])].join("|");
      return [
        {
          name: `${from}-imports`,
          severity: "error",
          from: { path: layer(from), pathNot: isTest },
          to: {
            path: "^src/",
            pathNot: [`^src/(${values})/`, ...(files[from] ?? [])],
            dependencyTypesNot: ["type-only"],
          },
        },
        {
          name: `${from}-types`,
          severity: "error",
          from: { path: layer(from), pathNot: isTest },
          to: { path: "^src/", pathNot: `^src/(${types})`, dependencyTypes: ["type-only"] },
        },
      ];
    }),
    {
      name: "pure-layers",
      comment: "wire and catalog: same input, same bytes out",
      severity: "error",
      from: { path: "^src/(wire|catalog|errors|plane)/", pathNot: isTest },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "bun", "default"] },
  },
};
