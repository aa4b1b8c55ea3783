# Hoplab. `make run` and `make test` are all a newcomer needs.

SCENARIO ?= Scenarios/vmware.yaml
RELEASE  := -c release
HOPLAB   := .build/release/hoplab

.PHONY: run test build lint baseline schema install-needs clean

run: build
	@$(HOPLAB) run $(SCENARIO)

build: install-needs
	@swift build $(RELEASE) --product hoplab

test: install-needs lint
	@swift test $(RELEASE) --disable-testable-imports

lint: install-needs
	@swift format lint --strict --recursive Package.swift Sources Tests

# The committed replay of the shipped scenarios; nothing else writes there.
baseline: build
	@$(HOPLAB) baseline Scenarios Output/gallery

schema: build
	@$(HOPLAB) schema --out Scenarios/scenario.schema.json

install-needs:
	@Scripts/install-needs

clean:
	@rm -rf .build Output/latest
