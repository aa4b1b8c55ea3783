# Hoplab. `make run` and `make test` are all a newcomer needs.

SCENARIO ?= Scenarios/vmware.yaml
RELEASE  := -c release
HOPLAB   := .build/release/hoplab
# What `make bench` is to do; --quick prints a table of small sizes.
BENCH    ?= --output Documentation/performance.md
# How much `make soak` plays, or `make mutants` changes, and from which seed on; how long `make fuzz` goes on.
COUNT    ?=
SEED     ?= 1
TIME     ?= 2m

.PHONY: run test record bench build lint baseline gallery schema soak fuzz mutants needs graphviz valgrind tshark \
  junitparser jsonschema ns3 ns3-files install install-files uninstall clean

run: build
	@$(HOPLAB) run $(SCENARIO)

build: needs
	@swift build $(RELEASE) --product hoplab

test: needs valgrind tshark junitparser jsonschema lint
	@swift test $(RELEASE) --disable-testable-imports --xunit-output .build/tests.xml || { \
	  echo 'What failed, once more:' >&2; \
	  grep -h -B1 '<failure' .build/tests.xml .build/tests-swift-testing.xml >&2 2>/dev/null; exit 1; }

# What the simulator costs now becomes what it may cost: make record REASON="why it is another cost than before"
record: export HOPLAB_RECORD := $(REASON)
record: needs valgrind
	@[ -n "$$HOPLAB_RECORD" ] || { echo 'Please say why: make record REASON="..."' >&2; exit 1; }
	@swift test $(RELEASE) --disable-testable-imports --filter RecordingTests
	@git --no-pager diff --stat -- Benchmarks/recorded.txt

# Networks by chance, more than `make test` plays: make soak COUNT=100000 SEED=1
soak: needs
	@HOPLAB_SOAK="$(or $(COUNT),20000)" HOPLAB_SEED="$(SEED)" \
	  swift test $(RELEASE) --disable-testable-imports --filter LabTests.soak

# libFuzzer on what reads frames, and then on what reads scenarios: make fuzz TIME=10m
# What it finds lies in .build/fuzz; what it has learned is kept there for the next time.
FUZZ     := .build/fuzz
fuzz: needs
	@HOPLAB_FUZZ=1 swift build $(RELEASE) --sanitize fuzzer --scratch-path $(FUZZ) --product hoplab-fuzz
	@mkdir -p $(FUZZ)/frames $(FUZZ)/scenarios
	@HOPLAB_FUZZ=seeds $(FUZZ)/release/hoplab-fuzz $(FUZZ)/seeds Scenarios/*.yaml Scenarios/*/*.yaml
	@seconds=$$(echo $(TIME) | sed -e 's/h$$/*3600/' -e 's/m$$/*60/' -e 's/s$$//'); \
	  options="-max_total_time=$$(( ($$seconds) / 2 )) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1"; \
	  export SWIFT_BACKTRACE=enable=no; \
	  HOPLAB_FUZZ=frames $(FUZZ)/release/hoplab-fuzz $$options -max_len=4096 -artifact_prefix=$(FUZZ)/frame- \
	    $(FUZZ)/frames $(FUZZ)/seeds && \
	  HOPLAB_FUZZ=scenarios $(FUZZ)/release/hoplab-fuzz $$options -max_len=8192 -only_ascii=1 \
	    -artifact_prefix=$(FUZZ)/scenario- $(FUZZ)/scenarios Scenarios Scenarios/*/

# Which changed constants does no test notice? make mutants COUNT=20 SEED=1 (about a minute for each; a copy is changed)
mutants: needs
	@sh Tests/Mutants/mutants.sh "$(or $(COUNT),20)" "$(SEED)"

lint: needs
	@swift format lint --strict --recursive Package.swift Sources Tests

# Measures Hoplab, beside ns-3 where it can be had; Documentation/performance.md is written by nothing else.
bench: build ns3
	@swift build $(RELEASE) --product hoplab-bench
	@swift build $(RELEASE) --product hoplab-bench-table
	@.build/release/hoplab-bench-table $(BENCH) \
	  --commit "$$(git describe --always --dirty=' with changes' --exclude '*')" \
	  --ns3-version "$$(pkg-config --modversion ns3-core 2>/dev/null)"

# The committed replay of the shipped scenarios; nothing else writes there.
baseline: build
	@$(HOPLAB) test Scenarios --baselines Output/gallery --update --pictures

# The committed comparisons: what Scenarios/comparisons.txt names. That two differ is what they are there for.
gallery: build
	@while read -r line; do case "$$line" in ''|\#*) continue;; esac; \
	  $(HOPLAB) compare $$line --out Output/gallery/compare >/dev/null; code=$$?; \
	  [ $$code -le 1 ] || { echo "hoplab compare $$line: exit code $$code" >&2; exit $$code; }; \
	  echo "compared: $$line"; done < Scenarios/comparisons.txt

# The schema that editors read beside the scenarios, and those of what comes out.
schema: build
	@$(HOPLAB) schema scenario --out Scenarios/scenario.schema.json
	@$(HOPLAB) schema result --out Documentation/schemas/result.schema.json
	@$(HOPLAB) schema journal --out Documentation/schemas/journal.schema.json

# Swift is the user's to install; Graphviz is installed where it is missing.
needs:
	@command -v swift >/dev/null 2>&1 || { \
	  echo "Hoplab needs Swift 6.3 or later, and there is none on this machine." >&2; \
	  echo "Get it from https://www.swift.org/install, open a new terminal, and say the same again." >&2; \
	  exit 1; }
	@pkg-config --exists libgvc 2>/dev/null || $(MAKE) --no-print-directory graphviz

graphviz:
	@if [ "$$(uname -s)" = Darwin ]; then \
	  echo "Hoplab draws with Graphviz. Please say: brew install graphviz pkg-config" >&2; exit 1; fi
	@command -v apt-get >/dev/null 2>&1 || { \
	  echo "Hoplab draws with Graphviz. Please install its development files (libgraphviz-dev) and pkg-config." >&2; \
	  exit 1; }
	@[ "$$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 || { \
	  echo "Hoplab draws with Graphviz. Please have libgraphviz-dev and pkg-config installed by root." >&2; exit 1; }
	@echo "Installing libgraphviz-dev, which Hoplab draws with ..." >&2
	@as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    libgraphviz-dev pkg-config fonts-liberation >/dev/null

# The tests of cost count with these. Where they cannot be installed, those tests are skipped and say so.
valgrind:
	@command -v valgrind >/dev/null 2>&1 && command -v strip >/dev/null 2>&1 && exit 0; \
	  if ! command -v apt-get >/dev/null 2>&1 || { [ "$$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; }; then \
	    echo "The tests of cost are skipped: they need valgrind and strip (binutils), if this system has them." >&2; \
	    exit 0; fi; \
	  echo "Installing valgrind, which the tests of cost count with ..." >&2; \
	  as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    valgrind binutils >/dev/null

# The tests of captures are judged by Wireshark's dissector. Where it cannot be installed, those tests are skipped and say so.
tshark:
	@command -v tshark >/dev/null 2>&1 && exit 0; \
	  if command -v apt-get >/dev/null 2>&1 && { [ "$$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1; }; then \
	    echo "Installing tshark, which judges the captures ..." >&2; \
	    as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      tshark >/dev/null && exit 0; fi; \
	  echo "The tests of captures that need tshark are skipped: it is not there." >&2

# The tests of reports have JUnit's XML read by junitparser, in an environment of its own. Where it cannot be had, they are
# skipped and say so.
junitparser:
	@[ -x .build/junitparser/bin/python ] && exit 0; \
	  { python3 -m venv .build/junitparser.new && \
	    .build/junitparser.new/bin/python -m pip install --quiet --disable-pip-version-check junitparser && \
	    rm -rf .build/junitparser && mv .build/junitparser.new .build/junitparser; } >/dev/null 2>&1 || { \
	  rm -rf .build/junitparser.new; \
	  echo "The tests of JUnit reports are skipped: they need Python's venv and junitparser from PyPI." >&2; }

# The schemas are judged by a validator that is not ours. Where it cannot be installed, those tests are skipped and say so.
jsonschema:
	@/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null && exit 0; \
	  if command -v apt-get >/dev/null 2>&1 && { [ "$$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1; }; then \
	    echo "Installing python3-jsonschema and python3-yaml, which judge the schemas ..." >&2; \
	    as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      python3-jsonschema python3-yaml >/dev/null && exit 0; fi; \
	  echo "The tests of schemas that need python3-jsonschema are skipped: it is not there." >&2

# The benchmark goes on without ns-3: nothing here ends it.
ns3:
	@pkg-config --exists ns3-core 2>/dev/null || $(MAKE) --no-print-directory ns3-files || true
	@{ pkg-config --exists ns3-core && $(MAKE) --no-print-directory -C Benchmarks/ns3; } || { \
	  rm -f Benchmarks/ns3/build/ns3-bench; echo "There is no ns-3 here; Hoplab is measured alone." >&2; }

ns3-files:
	@command -v apt-get >/dev/null 2>&1
	@[ "$$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1
	@echo "Installing libns3-dev, which Hoplab is measured beside ..." >&2
	@as_root=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    g++ libns3-dev pkg-config >/dev/null

# The program, its manual page and the completions of shells: make install PREFIX=~/.local
# DESTDIR stands before all of it, for those who make packages.
PREFIX   ?= /usr/local
SHARE    := $(DESTDIR)$(PREFIX)/share
BASH     := $(SHARE)/bash-completion/completions/hoplab
ZSH      := $(SHARE)/zsh/site-functions/_hoplab
FISH     := $(SHARE)/fish/vendor_completions.d/hoplab.fish
MANUAL   := $(SHARE)/man/man1/hoplab.1
install: build
	@$(MAKE) --no-print-directory install-files

# The same of a program that is built already.
install-files:
	@for file in "$(DESTDIR)$(PREFIX)/bin/hoplab" "$(BASH)" "$(ZSH)" "$(FISH)" "$(MANUAL)"; do \
	  mkdir -p "$${file%/*}" || exit; done
	@install -m 755 "$(HOPLAB)" "$(DESTDIR)$(PREFIX)/bin/hoplab"
	@"$(HOPLAB)" --generate-completion-script bash >"$(BASH)"
	@"$(HOPLAB)" --generate-completion-script zsh >"$(ZSH)"
	@"$(HOPLAB)" --generate-completion-script fish >"$(FISH)"
	@"$(HOPLAB)" manual >"$(MANUAL)"
	@echo "Installed below $(DESTDIR)$(PREFIX)."

uninstall:
	@rm -f "$(DESTDIR)$(PREFIX)/bin/hoplab" "$(BASH)" "$(ZSH)" "$(FISH)" "$(MANUAL)"

clean:
	@rm -rf .build Output/latest
