# SPDX-License-Identifier: GPL-2.0
# What a person types. scripts/bootstrap does the work; Kbuild is what the kernel's make reads.

# The series of the kernel that is fetched and built, and its architecture; a built, Rust-enabled tree to use instead; a source
# to build instead.
export ARCH KERNEL KDIR KSRC DEBUG GCC STOCK RUSTC INSTALL_MOD_PATH PREFIX DESTDIR

dev := scripts/bootstrap

.DEFAULT_GOAL := module
.PHONY: module install install-runtime clean distclean help setup run shell test test-debug test-runtimes check host kunit e2e bench bench-check mutate survival fuzz docs rust-analyzer deb patch test-patch test-stock series-diff

module setup install install-runtime clean run shell check host kunit e2e bench bench-check mutate survival fuzz test test-debug test-runtimes docs rust-analyzer deb patch test-patch test-stock series-diff:
	@$(dev) $@ $(ARGS)

# The kernel, the toolchain and all else that was fetched or built.
distclean:
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/proc2"

help:
	@echo 'make run            set everything up, boot a virtual machine, show proc2 in it: on Debian'"'"'s own kernel (STOCK=1)'
	@echo '                    or on one that is built here (STOCK=0); without a word, on what is there sooner'
	@echo 'make test           check, host, kunit, e2e, the short test-runtimes, test-patch, the short test-stock and bench-check;'
	@echo '                    ends with "N passed, N failed"'
	@echo
	@echo 'make                build proc2.ko and say where it is'
	@echo 'make install        install proc2.ko for its kernel (INSTALL_MOD_PATH=)'
	@echo '                    with proc2-check and fragments for systemd beside it (docs/host.md)'
	@echo 'make install-runtime  install proc2-runtime, the OCI runtime in front of runc and crun (PREFIX=, DESTDIR=)'
	@echo 'make deb            make the package proc2-dkms, for the kernel of Debian as it is'
	@echo 'make patch          write the patches that put proc2 into a kernel tree as fs/proc2, for git am'
	@echo 'make clean          remove what was built of this checkout'"'"'s modules'
	@echo 'make distclean      remove the whole cache: kernel, toolchain, downloads'
	@echo 'make setup          only get the toolchain and build the kernel'
	@echo 'make shell          a shell in the virtual machine (ARGS=--help for options)'
	@echo 'make check          rustfmt, clippy, exports, checkpatch and other checks of form'
	@echo 'make host           tests of the pure core and of the tools, on this machine'
	@echo 'make kunit          KUnit suites in the virtual machine'
	@echo 'make e2e            tests through system calls in the virtual machine (ARGS=NAME for some)'
	@echo 'make test-debug     kunit, e2e and survival in full, on a kernel that looks for mistakes (a build of its own)'
	@echo 'make test-runtimes  container runtimes of Debian, unpacked into the cache, in the virtual machine'
	@echo '                    (ARGS=NAME for some, ARGS=--short for those of make test)'
	@echo 'make test-patch     kernels with the patches of make patch, proc2 as a module and built in'
	@echo 'make test-stock     the package of make deb in a root of Debian 13, its kernel booted, and the tests there'
	@echo '                    (ARGS=NAME for some, ARGS=--short for a few)'
	@echo 'make bench          count what reading costs, proc2 beside procfs; docs/bench.md says more'
	@echo '                    (ARGS="profile read:stat" for where it goes, "profile --page" for all that misses its target,'
	@echo '                    shared for who stores to cache lines that others use)'
	@echo 'make bench-check    fail where that is worse than what bench/result.json keeps'
	@echo 'make mutate         leave out one check after the other and see that a test notices (ARGS=PART for some)'
	@echo 'make survival       storms, long runs and hostile calls (ARGS="--size full --page", --help for more)'
	@echo 'make fuzz           fuzz the pure core on this machine (ARGS="--seconds N TARGET...")'
	@echo 'make series-diff    what changed in procfs between two series of Linux (ARGS="7.2 7.3"), to be read before a new one'
	@echo 'make docs           write the README table of entries anew'
	@echo 'make rust-analyzer  write rust-project.json for an editor'
	@echo
	@echo 'KERNEL= another series of Linux, such as 7.2, for run, test and the others; scripts/proc2-dkms/src/lib.rs has the list'
	@echo 'KDIR=   a built, Rust-enabled kernel tree to use instead of building one'
	@echo 'KSRC=   a kernel source tree to build instead of fetching one'
	@echo 'DEBUG=1 a kernel that looks for mistakes (KASAN, lockdep and others); a build of its own'
	@echo 'ARCH=   arm64 or x86: kernel, module and virtual machine of that architecture, emulated if it is not the machine'"'"'s own;'
	@echo '        make test is then kunit and a few of e2e, make e2e all of it'
	@echo 'GCC=1   a kernel compiled by gcc, with its plugins: it has stack_depth; a build of its own'
	@echo 'RUSTC=  the rustc of a complete toolchain'
	@echo
	@echo 'scripts/vm --help   run any command in the virtual machine'
