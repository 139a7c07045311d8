# The few commands of the project. CMake and Ninja do the work (CMakePresets.json); the scripts named here say the rest.
.PHONY: run test build bench format lint deb clean

build:
	@tools/install-packages build
	cmake --preset release
	cmake --build --preset release --target posthouse

run: build
	@tools/run-demo

test:
	@test/run

bench: build
	@tools/install-packages bench
	bench/run all

format:
	git ls-files 'src/*.h' 'src/*.cpp' 'test/*.h' 'test/*.cpp' 'bench/*.cpp' | xargs clang-format -i

lint:
	@tools/lint

deb: build
	@tools/make-deb

clean:
	rm -rf build
