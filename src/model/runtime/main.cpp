// Linked only into programs that have no main() of their own.
#include <migrate/model.hpp>

int main(int argc, char** argv) { return migrate::write_models(argc, argv); }
