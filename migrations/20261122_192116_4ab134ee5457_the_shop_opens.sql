-- migrate:revision 4ab134ee5457
-- migrate:down_revision none
-- migrate:message the shop opens
-- migrate:created 2026-11-22T19:21:16Z
--
-- creates type order_state, payment_method, table audit_log, index audit_log_happened_at_idx, table categories, index categories_parent_id_idx, table customers, index customers_email_key, customers_referred_by_idx, table order_lines, index order_lines_product_id_idx, table orders, index orders_customer_id_idx, orders_open_idx, table payments, index payments_order_id_idx, table products, index products_attributes_idx, products_category_id_idx, products_name_idx, table reviews, index reviews_customer_id_idx
-- locks nothing that exists
-- loses nothing

-- migrate:up
CREATE TYPE public.order_state AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'cancelled');

COMMENT ON TYPE public.order_state IS 'What has become of an order';

CREATE TYPE public.payment_method AS ENUM ('card', 'transfer', 'voucher');

CREATE TABLE public.audit_log (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  happened_at timestamp with time zone NOT NULL DEFAULT now(),
  actor text NOT NULL DEFAULT CURRENT_USER,
  payload jsonb NOT NULL,
  CONSTRAINT audit_log_pkey PRIMARY KEY (id)
);

CREATE INDEX audit_log_happened_at_idx ON public.audit_log USING brin (happened_at);

COMMENT ON TABLE public.audit_log IS 'Written by the application, read by people';

CREATE TABLE public.categories (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  parent_id bigint,
  name text NOT NULL,
  slug text NOT NULL,
  CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.categories (id) ON DELETE CASCADE,
  CONSTRAINT categories_pkey PRIMARY KEY (id),
  CONSTRAINT categories_slug_is_plain CHECK (slug ~ '^[a-z0-9-]+$'),
  CONSTRAINT categories_slug_key UNIQUE (slug)
);

CREATE INDEX categories_parent_id_idx ON public.categories (parent_id);

COMMENT ON COLUMN public.categories.slug IS 'Part of the address of its page';

CREATE TABLE public.customers (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  email text NOT NULL,
  full_name text NOT NULL,
  phone text,
  referred_by bigint,
  billing_street text,
  billing_city text,
  billing_postcode text,
  billing_country character(2),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT customers_email_has_at CHECK (position('@' in email) > 1),
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_referred_by_fkey FOREIGN KEY (referred_by) REFERENCES public.customers (id) ON DELETE SET NULL
);

CREATE UNIQUE INDEX customers_email_key ON public.customers (lower(email));

CREATE INDEX customers_referred_by_idx ON public.customers (referred_by) WHERE referred_by IS NOT NULL;

COMMENT ON TABLE public.customers IS 'Everyone who has bought, or has asked to be told';

CREATE TABLE public.orders (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  customer_id bigint NOT NULL,
  state public.order_state NOT NULL DEFAULT 'placed',
  shipping_street text NOT NULL,
  shipping_city text NOT NULL,
  shipping_postcode text NOT NULL,
  shipping_country character(2) NOT NULL,
  note text,
  placed_at timestamp with time zone NOT NULL DEFAULT now(),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE INDEX orders_customer_id_idx ON public.orders (customer_id, placed_at DESC);

CREATE INDEX orders_open_idx ON public.orders (placed_at) WHERE state IN ('placed', 'paid');

CREATE TABLE public.payments (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  order_id bigint NOT NULL,
  method public.payment_method NOT NULL,
  amount numeric(12,2) NOT NULL,
  settled_at timestamp with time zone,
  reference uuid NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT payments_amount_is_not_zero CHECK (amount <> 0),
  CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders (id) ON DELETE RESTRICT,
  CONSTRAINT payments_pkey PRIMARY KEY (id),
  CONSTRAINT payments_reference_key UNIQUE (reference)
);

CREATE INDEX payments_order_id_idx ON public.payments (order_id);

CREATE TABLE public.products (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  category_id bigint NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  description text,
  price numeric(12,2) NOT NULL,
  stock integer NOT NULL DEFAULT 0,
  active boolean NOT NULL DEFAULT true,
  tags text[] NOT NULL DEFAULT '{}',
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT products_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.categories (id) ON DELETE RESTRICT,
  CONSTRAINT products_pkey PRIMARY KEY (id),
  CONSTRAINT products_price_is_positive CHECK (price > 0),
  CONSTRAINT products_sku_key UNIQUE (sku),
  CONSTRAINT products_stock_is_not_negative CHECK (stock >= 0)
);

CREATE INDEX products_attributes_idx ON public.products USING gin (attributes);

CREATE INDEX products_category_id_idx ON public.products (category_id, name) WHERE active;

CREATE INDEX products_name_idx ON public.products (lower(name) text_pattern_ops);

COMMENT ON COLUMN public.products.price IS 'Without tax';

CREATE TABLE public.order_lines (
  order_id bigint NOT NULL,
  line_no integer NOT NULL,
  product_id bigint NOT NULL,
  quantity integer NOT NULL DEFAULT 1,
  unit_price numeric(12,2) NOT NULL,
  CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders (id) ON DELETE CASCADE,
  CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, line_no),
  CONSTRAINT order_lines_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products (id) ON DELETE RESTRICT,
  CONSTRAINT order_lines_quantity_is_positive CHECK (quantity > 0)
);

CREATE INDEX order_lines_product_id_idx ON public.order_lines (product_id) INCLUDE (quantity);

CREATE TABLE public.reviews (
  product_id bigint NOT NULL,
  customer_id bigint NOT NULL,
  stars smallint NOT NULL,
  body text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT reviews_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id) ON DELETE CASCADE,
  CONSTRAINT reviews_pkey PRIMARY KEY (product_id, customer_id),
  CONSTRAINT reviews_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products (id) ON DELETE CASCADE,
  CONSTRAINT reviews_stars_range CHECK (stars BETWEEN 1 AND 5)
);

CREATE INDEX reviews_customer_id_idx ON public.reviews (customer_id);

-- migrate:down undoes:1
DROP TABLE public.audit_log;

DROP TABLE public.order_lines;

DROP TABLE public.payments;

DROP TABLE public.orders;

DROP TABLE public.reviews;

DROP TABLE public.customers;

DROP TABLE public.products;

DROP TABLE public.categories;

DROP TYPE public.order_state;

DROP TYPE public.payment_method;
