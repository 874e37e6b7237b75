# A thin front for the npm scripts; everything real is TypeScript.
STACK ?= dev

node_modules: package-lock.json
	npm ci --ignore-scripts
	@touch node_modules

up: node_modules   ; @npm run --silent up -- --stack $(STACK)
down: node_modules ; @npm run --silent down -- --stack $(STACK)
test: node_modules ; @npm test --silent
.PHONY: up down test
