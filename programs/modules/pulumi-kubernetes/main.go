// The official kubernetes provider, with a main package as its maintainers have it. Theirs embeds two files that are made before a release and are not
// in the module; set-up makes them from the module's own schema.json and terraform-mapping.json (programs/kubernetes-provider.ts) and has the compiler
// see them in this folder.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
