#include "catalogue.hpp"

namespace {

void declare_categories(migrate::Model& m) {
  using shop::Category;

  auto t = m.table<Category>("categories");
  t.include<shop::Entity<Category>>();
  t.column<&Category::parent_id>().references<Category>(migrate::on_delete::cascade);
  t.columns<&Category::name>();
  t.column<&Category::slug>().comment("Part of the address of its page");
  t.unique<&Category::slug>();
  t.check("categories_slug_is_plain", "slug ~ '^[a-z0-9-]+$'");
  t.index("categories_parent_id_idx").on<&Category::parent_id>();
}

void declare_products(migrate::Model& m) {
  using shop::Product;

  auto t = m.table<Product>("products");
  t.include<shop::Entity<Product>>();
  t.column<&Product::category_id>().references<shop::Category>(migrate::on_delete::restrict_);
  t.columns<&Product::sku, &Product::name, &Product::description>();
  t.column<&Product::price>().comment("Without tax");
  t.column<&Product::stock>().default_value(0);
  t.column<&Product::active>().default_value(true);
  t.column<&Product::tags>().default_sql("'{}'");
  t.column<&Product::attributes>().default_sql("'{}'");
  t.include<shop::Timestamps>();
  t.unique<&Product::sku>();
  t.check("products_price_is_positive", "price > 0");
  t.check("products_stock_is_not_negative", "stock >= 0");
  t.index("products_category_id_idx").on<&Product::category_id, &Product::name>().where("active");
  t.index("products_name_idx").on_sql("lower(name)", "text_pattern_ops");
  t.index("products_attributes_idx").method("gin").on<&Product::attributes>();
}

void declare_reviews(migrate::Model& m) {
  using shop::Review;

  auto t = m.table<Review>("reviews");
  t.column<&Review::product_id>().references<shop::Product>(migrate::on_delete::cascade);
  t.column<&Review::customer_id>().references<shop::Customer>(migrate::on_delete::cascade);
  t.columns<&Review::stars, &Review::body>();
  t.include<shop::Timestamps>();
  t.primary_key<&Review::product_id, &Review::customer_id>();
  t.check("reviews_stars_range", "stars BETWEEN 1 AND 5");
  t.index("reviews_customer_id_idx").on<&Review::customer_id>();
}

}  // namespace

MIGRATE_MODELS(m) {
  declare_categories(m);
  declare_products(m);
  declare_reviews(m);
}
