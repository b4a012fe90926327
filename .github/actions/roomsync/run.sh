#!/usr/bin/env bash
# Turns the action's inputs, which are in the environment, into the arguments of
# roomsync, and becomes roomsync. Bash 3.2 has to do: macOS has no other.
set -euo pipefail

refuse() {
	printf '::error title=roomsync::%s\n' "$1"
	printf 'failure-reason=wrong-input\n' >>"$GITHUB_OUTPUT"
	exit 1
}

# wanted INPUT VALUE: succeeds for true and fails for false.
wanted() {
	case $2 in
	true) ;;
	false) return 1 ;;
	*) refuse "input $1 must be true or false, not $(printf %q "$2")" ;;
	esac
}

# belongs INPUT MODE…: an input that would have no effect is a mistake, and with
# expect-plan or max-deletes a dangerous one.
belongs() {
	local input=$1
	shift
	case " $* " in *" $MODE "*) ;; *) refuse "input $input has no effect in mode $MODE, only in $*" ;; esac
}

# each INPUT FLAG LINES: an argument for each line that is not empty. With = in
# it, a value that begins with a dash is still a value. An input that is there
# and names nothing is a variable that nobody has set.
each() {
	local line before=${#args[@]} input=$1
	shift
	while read -r line; do
		if [ -n "$line" ]; then args+=("$1=$line"); fi
	done <<<"$2"
	[ "${#args[@]}" -gt "$before" ] || refuse "input $input is empty"
}

case $MODE in
plan | apply | drift | validate) args=("$MODE") ;;
fmt) args=(fmt --check --diff) ;;
*) refuse "input mode must be plan, apply, drift, validate or fmt, not $(printf %q "$MODE")" ;;
esac

# A saved plan holds all that is to be done, but for the addresses of streams:
# roomsync reads the files where it has some.
each config --file "$CONFIG"
if [ -n "$VAR_FILE" ]; then belongs var-file plan apply drift validate && each var-file --var-file "$VAR_FILE"; fi
if [ -n "$ENVIRONMENT" ] && [ "$MODE" != validate ] && [ "$MODE" != fmt ]; then args+=("--environment=$ENVIRONMENT"); fi
if wanted strict "$STRICT"; then belongs strict plan drift validate && args+=(--strict); fi
if wanted prune "$PRUNE"; then belongs prune plan apply && args+=(--prune); fi
if [ -n "$MAX_DELETES" ]; then belongs max-deletes plan apply && args+=("--max-deletes=$MAX_DELETES"); fi
if wanted allow-empty "$ALLOW_EMPTY"; then belongs allow-empty plan apply && args+=(--allow-empty); fi
if [ -n "$ONLY" ]; then belongs only plan apply && each only --only "$ONLY"; fi
if [ -n "$IN_USE" ]; then belongs in-use plan apply && args+=("--in-use=$IN_USE"); fi
if [ -n "$RATE" ]; then belongs rate apply && args+=("--rate=$RATE"); fi
if [ -n "$METRICS_FILE" ]; then belongs metrics-file drift && args+=("--metrics=$METRICS_FILE"); fi
if [ -n "$REPORT_FILE" ]; then belongs report-file apply && args+=("--report=$REPORT_FILE"); fi
if [ -n "$EXPECT_PLAN" ]; then belongs expect-plan apply && args+=("--expect-plan=$EXPECT_PLAN"); fi

github=false
if wanted comment "$COMMENT"; then
	case $MODE in plan | apply) github=true && args+=(--github) ;; esac # it is on without being asked for
fi
if wanted issue "$ISSUE"; then belongs issue drift && github=true && args+=(--github-issue); fi
$github || unset GITHUB_TOKEN # nothing is to be written there

reviewed=false
if [ -n "$EXPECT_PLAN$PLAN_FILE" ]; then reviewed=true; fi
if wanted unreviewed "$UNREVIEWED"; then belongs unreviewed apply && reviewed=true; fi
if [ -n "$PLAN_FILE" ]; then belongs plan-file plan apply; fi

case $MODE in
plan)
	if [ -n "$PLAN_FILE" ]; then args+=("--out=$PLAN_FILE"); fi
	;;
apply)
	# An output that another job forgot to set is empty, and must not turn a
	# reviewed apply into an unreviewed one.
	$reviewed ||
		refuse "mode apply needs expect-plan or plan-file, and both are empty (unreviewed: true applies whatever the plan is by then)"
	args+=(--yes)
	if [ -n "$PLAN_FILE" ]; then args+=(-- "$PLAN_FILE"); fi
	;;
esac

exec "$ROOMSYNC" "${args[@]}"
